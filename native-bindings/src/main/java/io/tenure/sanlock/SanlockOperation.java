package io.tenure.sanlock;

/** What was asked of sanlock, as messages call it. */
enum SanlockOperation {
    VERSION("ask for the version"),
    REGISTER("register"),
    RESTRICT("restrict"),
    KILL_PATH("set the kill program"),
    ACQUIRE("acquire"),
    RELEASE("release"),
    RENAME("release and rename"),
    INQUIRE("inquire"),
    CONVERT("convert"),
    ADOPT("adopt"),
    RELEASE_ORPHANS("release"),
    SET_VALUE("set the value of"),
    GET_VALUE("get the value of"),
    REQUEST("request"),
    ADD_LOCKSPACE("add"),
    INQUIRE_LOCKSPACE("inquire"),
    REMOVE_LOCKSPACE("remove"),
    LIST_LOCKSPACES("list"),
    LIST_HOSTS("list the hosts of"),
    CONFIGURE("configure"),
    EXAMINE("look for requests in"),
    ALIGN("ask for the area size of"),
    WRITE_LOCKSPACE("write"),
    READ_LOCKSPACE("read"),
    WRITE_RESOURCE("write"),
    CLEAR_RESOURCE("clear"),
    READ_RESOURCE("read"),
    READ_OWNERS("read the owners of"),
    TEST_OWNERS("judge the owners of"),
    LISTEN("listen for events in"),
    RECEIVE_EVENT("receive events of"),
    END_EVENTS("end listening in"),
    SEND_EVENT("send an event in"),
    INDEX_FORMAT("format"),
    INDEX_LOOKUP("look up"),
    INDEX_CREATE("create"),
    INDEX_DELETE("delete"),
    INDEX_UPDATE("update"),
    INDEX_REBUILD("rebuild");

    private final String verb;

    SanlockOperation(String verb) {
        this.verb = verb;
    }

    String verb() {
        return verb;
    }

    boolean isOnIndex() {
        return switch (this) {
            case INDEX_FORMAT,
                    INDEX_LOOKUP,
                    INDEX_CREATE,
                    INDEX_DELETE,
                    INDEX_UPDATE,
                    INDEX_REBUILD ->
                    true;
            default -> false;
        };
    }
}
