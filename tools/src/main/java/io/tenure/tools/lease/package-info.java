/** The noun {@code lease}: who holds what, asking for it, and repair. */
package io.tenure.tools.lease;
