/** Block devices and files opened for direct I/O. */
package io.tenure.io;
