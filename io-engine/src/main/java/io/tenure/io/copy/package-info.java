/** Copying and zeroing whole devices. */
package io.tenure.io.copy;
