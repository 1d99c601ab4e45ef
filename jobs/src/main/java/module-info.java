/** Storage domains, volume leases, and jobs in five steps. */
module io.tenure.jobs {
    requires static org.jspecify;
    requires jdk.jfr;
    requires transitive io.tenure.bindings;
    requires transitive io.tenure.format;
    requires transitive io.tenure.io;

    exports io.tenure.domain;
    exports io.tenure.jobs;
    exports io.tenure.jobs.op;
    exports io.tenure.lease;
    exports io.tenure.lease.local;
    exports io.tenure.lease.sanlock;
    exports io.tenure.recon;
}
