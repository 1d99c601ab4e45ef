/** Devices to test on. */
package io.tenure.testing.device;
