/** Where things lie in a storage domain. */
package io.tenure.domain;
