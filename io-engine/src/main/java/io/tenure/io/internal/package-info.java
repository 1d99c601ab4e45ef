/** What devices and engines share. Not for users. */
package io.tenure.io.internal;
