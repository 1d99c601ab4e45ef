/** Storage domains, volume leases, and jobs in five steps. */
module io.tenure.jobs {
    requires static org.jspecify;
    requires io.tenure.bindings;
    requires transitive io.tenure.format;
    requires transitive io.tenure.io;

    exports io.tenure.domain;
}
