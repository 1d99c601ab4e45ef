/** Memory to test with. */
package io.tenure.testing.memory;
