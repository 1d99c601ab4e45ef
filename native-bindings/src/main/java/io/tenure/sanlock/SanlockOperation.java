package io.tenure.sanlock;

/** What was asked of sanlock, as messages call it. */
enum SanlockOperation {
    VERSION("ask for the version"),
    REGISTER("register"),
    RESTRICT("restrict"),
    KILL_PATH("set the kill program"),
    ACQUIRE("acquire"),
    RELEASE("release"),
    INQUIRE("inquire"),
    CONVERT("convert"),
    REQUEST("request"),
    ADD_LOCKSPACE("add"),
    INQUIRE_LOCKSPACE("inquire"),
    REMOVE_LOCKSPACE("remove"),
    LIST_LOCKSPACES("list"),
    LIST_HOSTS("list the hosts of"),
    WRITE_LOCKSPACE("write"),
    READ_LOCKSPACE("read"),
    WRITE_RESOURCE("write"),
    CLEAR_RESOURCE("clear"),
    READ_RESOURCE("read"),
    READ_OWNERS("read the owners of");

    private final String verb;

    SanlockOperation(String verb) {
        this.verb = verb;
    }

    String verb() {
        return verb;
    }
}
