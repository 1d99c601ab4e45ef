/** The noun {@code host}: which hosts work in a domain that sanlock guards. */
package io.tenure.tools.host;
