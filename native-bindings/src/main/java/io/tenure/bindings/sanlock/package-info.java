/**
 * libsanlock's client library as C sees it: one class for its functions, one for each struct, and
 * its constants, all with their C names.
 *
 * <p>Nothing here decides anything; {@code io.tenure.sanlock} does. Functions return what C
 * returns: negative numbers are {@code -errno} or codes of {@code sanlock_rv.h}, see {@link
 * io.tenure.bindings.sanlock.SanlockReturn}. Layouts and constants are those of sanlock 3.8.5 on
 * 64-bit Linux, and a test compares them with the installed headers.
 */
package io.tenure.bindings.sanlock;
