/** The {@code tenure} command. */
module io.tenure.tools {
    requires static org.jspecify;
    requires io.tenure.bindings;
    requires io.tenure.jobs;
    requires info.picocli;
    requires com.fasterxml.jackson.jr.ob;

    // picocli finds options and verbs by reflection.
    opens io.tenure.tools to
            info.picocli;
    opens io.tenure.tools.demo to
            info.picocli;
    opens io.tenure.tools.domain to
            info.picocli;
    opens io.tenure.tools.host to
            info.picocli;
    opens io.tenure.tools.verb to
            info.picocli;
    opens io.tenure.tools.volume to
            info.picocli;
}
