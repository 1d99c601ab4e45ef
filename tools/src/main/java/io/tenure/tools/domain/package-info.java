/** The noun {@code domain}: making a storage domain and looking at it. */
package io.tenure.tools.domain;
