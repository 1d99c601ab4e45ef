/** The one place that links native functions. Not exported. */
package io.tenure.bindings.internal;
