/** Which ranges of a device hold data, and which are known to read as zero. */
package io.tenure.io.extent;
