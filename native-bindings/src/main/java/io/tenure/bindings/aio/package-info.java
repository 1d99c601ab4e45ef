/**
 * Linux's native asynchronous I/O, by system calls of its own: see io_setup(2), io_submit(2),
 * io_getevents(2). Names are those of {@code <linux/aio_abi.h>}; nothing here throws because a call
 * failed.
 */
package io.tenure.bindings.aio;
