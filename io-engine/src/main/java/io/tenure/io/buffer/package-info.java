/** Memory for requests: one region on huge pages, cut into a fixed number of aligned buffers. */
package io.tenure.io.buffer;
