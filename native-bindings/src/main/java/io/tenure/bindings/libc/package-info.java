/**
 * The C library's and the kernel's I/O calls, in C's own shape.
 *
 * <p>{@link io.tenure.bindings.libc.Libc} has the functions; beside it stands one class for the
 * constants of each header or the layout of each struct. Names are those of C. A function returns
 * what the C function returns, but {@code -errno} where that returns -1; nothing here throws
 * because a call failed. A C test program proves constants, layouts and signatures against the
 * installed headers.
 */
package io.tenure.bindings.libc;
