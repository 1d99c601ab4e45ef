package io.tenure.bindings.sanlock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.tenure.bindings.internal.CFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.util.List;

/**
 * The signatures of the functions that {@link LibSanlock} calls, from {@code sanlock.h}, {@code
 * sanlock_admin.h} and {@code sanlock_resource.h}.
 */
final class SanlockFunctions {
    static final CFunction VERSION =
            function("sanlock_version", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction STRERROR = function("sanlock_strerror", ADDRESS, JAVA_INT);

    static final CFunction REGISTER = function("sanlock_register", JAVA_INT);

    static final CFunction RESTRICT = function("sanlock_restrict", JAVA_INT, JAVA_INT, JAVA_INT);

    static final CFunction KILLPATH =
            function("sanlock_killpath", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction ACQUIRE =
            function(
                    "sanlock_acquire",
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    JAVA_INT,
                    ADDRESS,
                    ADDRESS);

    static final CFunction RELEASE =
            function("sanlock_release", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

    static final CFunction INQUIRE =
            function("sanlock_inquire", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction CONVERT =
            function("sanlock_convert", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

    static final CFunction REQUEST =
            function("sanlock_request", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);

    static final CFunction ADD_LOCKSPACE =
            function("sanlock_add_lockspace", JAVA_INT, ADDRESS, JAVA_INT);

    static final CFunction ADD_LOCKSPACE_TIMEOUT =
            function("sanlock_add_lockspace_timeout", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);

    static final CFunction INQ_LOCKSPACE =
            function("sanlock_inq_lockspace", JAVA_INT, ADDRESS, JAVA_INT);

    static final CFunction REM_LOCKSPACE =
            function("sanlock_rem_lockspace", JAVA_INT, ADDRESS, JAVA_INT);

    static final CFunction GET_LOCKSPACES =
            function("sanlock_get_lockspaces", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

    static final CFunction GET_HOSTS =
            function("sanlock_get_hosts", JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, JAVA_INT);

    static final CFunction WRITE_LOCKSPACE =
            function("sanlock_write_lockspace", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);

    static final CFunction READ_LOCKSPACE =
            function("sanlock_read_lockspace", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

    static final CFunction WRITE_RESOURCE =
            function("sanlock_write_resource", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);

    static final CFunction READ_RESOURCE =
            function("sanlock_read_resource", JAVA_INT, ADDRESS, JAVA_INT);

    static final CFunction READ_RESOURCE_OWNERS =
            function("sanlock_read_resource_owners", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction SET_CONFIG =
            function("sanlock_set_config", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

    static final CFunction REG_EVENT =
            function("sanlock_reg_event", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

    static final CFunction END_EVENT =
            function("sanlock_end_event", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);

    static final CFunction SET_EVENT =
            function("sanlock_set_event", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

    static final CFunction GET_EVENT =
            function("sanlock_get_event", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    static final CFunction ALIGN = function("sanlock_align", JAVA_INT, ADDRESS);

    static final CFunction INIT =
            function("sanlock_init", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT);

    static final CFunction TEST_RESOURCE_OWNERS =
            function(
                    "sanlock_test_resource_owners",
                    JAVA_INT,
                    ADDRESS,
                    JAVA_INT,
                    ADDRESS,
                    JAVA_INT,
                    ADDRESS,
                    JAVA_INT,
                    ADDRESS);

    static final CFunction FORMAT_RINDEX =
            function("sanlock_format_rindex", JAVA_INT, ADDRESS, JAVA_INT);

    static final CFunction UPDATE_RINDEX =
            function("sanlock_update_rindex", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

    static final CFunction LOOKUP_RINDEX =
            function("sanlock_lookup_rindex", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

    static final CFunction REBUILD_RINDEX =
            function("sanlock_rebuild_rindex", JAVA_INT, ADDRESS, JAVA_INT);

    static final CFunction CREATE_RESOURCE =
            function(
                    "sanlock_create_resource",
                    JAVA_INT,
                    ADDRESS,
                    JAVA_INT,
                    ADDRESS,
                    JAVA_INT,
                    JAVA_INT);

    static final CFunction DELETE_RESOURCE =
            function("sanlock_delete_resource", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);

    static final CFunction EXAMINE =
            function("sanlock_examine", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction SET_LVB =
            function("sanlock_set_lvb", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

    static final CFunction GET_LVB =
            function("sanlock_get_lvb", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

    static final CFunction RES_TO_STR = function("sanlock_res_to_str", JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction STR_TO_RES = function("sanlock_str_to_res", JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction ARGS_TO_STATE =
            function("sanlock_args_to_state", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction STATE_TO_ARGS =
            function("sanlock_state_to_args", JAVA_INT, ADDRESS, ADDRESS, ADDRESS);

    static final CFunction STR_TO_LOCKSPACE =
            function("sanlock_str_to_lockspace", JAVA_INT, ADDRESS, ADDRESS);

    static final CFunction PATH_EXPORT =
            function("sanlock_path_export", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);

    static final CFunction PATH_IMPORT =
            function("sanlock_path_import", JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG);

    /** All of them, for comparison with the headers. */
    static final List<CFunction> ALL =
            List.of(
                    VERSION,
                    STRERROR,
                    REGISTER,
                    RESTRICT,
                    KILLPATH,
                    ACQUIRE,
                    RELEASE,
                    INQUIRE,
                    CONVERT,
                    REQUEST,
                    ADD_LOCKSPACE,
                    ADD_LOCKSPACE_TIMEOUT,
                    INQ_LOCKSPACE,
                    REM_LOCKSPACE,
                    GET_LOCKSPACES,
                    GET_HOSTS,
                    WRITE_LOCKSPACE,
                    READ_LOCKSPACE,
                    WRITE_RESOURCE,
                    READ_RESOURCE,
                    READ_RESOURCE_OWNERS,
                    SET_CONFIG,
                    REG_EVENT,
                    END_EVENT,
                    SET_EVENT,
                    GET_EVENT,
                    ALIGN,
                    INIT,
                    TEST_RESOURCE_OWNERS,
                    FORMAT_RINDEX,
                    UPDATE_RINDEX,
                    LOOKUP_RINDEX,
                    REBUILD_RINDEX,
                    CREATE_RESOURCE,
                    DELETE_RESOURCE,
                    EXAMINE,
                    SET_LVB,
                    GET_LVB,
                    RES_TO_STR,
                    STR_TO_RES,
                    ARGS_TO_STATE,
                    STATE_TO_ARGS,
                    STR_TO_LOCKSPACE,
                    PATH_EXPORT,
                    PATH_IMPORT);

    private SanlockFunctions() {}

    private static CFunction function(
            String name, MemoryLayout result, MemoryLayout... parameters) {
        return new CFunction(name, FunctionDescriptor.of(result, parameters));
    }
}
