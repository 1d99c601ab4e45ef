/**
 * io_uring by direct system calls: the queues that the kernel shares with a process, split where
 * the kernel splits them. Names, numbers and layouts are those of {@code <linux/io_uring.h>}.
 */
package io.tenure.bindings.uring;
