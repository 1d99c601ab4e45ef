package io.tenure.domain;

import java.io.IOException;

/** Whether the leases under which a record is written are still the writer's own. */
@FunctionalInterface
public interface LeaseCheck {
    /**
     * Looks on storage, past every cache.
     *
     * @throws IOException if they are not, or it cannot be told
     */
    void stillOurs() throws IOException;
}
