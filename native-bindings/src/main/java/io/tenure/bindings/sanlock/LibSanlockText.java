package io.tenure.bindings.sanlock;

import io.tenure.bindings.internal.Downcalls;
import io.tenure.bindings.internal.NativeLibrary;
import java.lang.foreign.MemorySegment;

/**
 * The functions of {@code sanlock_resource.h} that turn structs into text and back, with their C
 * names.
 *
 * <p>They speak to nobody and may be called by any thread. They return what C returns, see {@link
 * SanlockReturn}. Obtained from {@link LibSanlock#text}.
 */
@SuppressWarnings("MemberName") // C names
public final class LibSanlockText {
    private final LazyFunction res_to_str;
    private final LazyFunction str_to_res;
    private final LazyFunction args_to_state;
    private final LazyFunction state_to_args;
    private final LazyFunction str_to_lockspace;

    LibSanlockText(NativeLibrary library) {
        res_to_str = new LazyFunction(library, SanlockFunctions.RES_TO_STR);
        str_to_res = new LazyFunction(library, SanlockFunctions.STR_TO_RES);
        args_to_state = new LazyFunction(library, SanlockFunctions.ARGS_TO_STATE);
        state_to_args = new LazyFunction(library, SanlockFunctions.STATE_TO_ARGS);
        str_to_lockspace = new LazyFunction(library, SanlockFunctions.STR_TO_LOCKSPACE);
    }

    /**
     * Writes a resource as {@code LOCKSPACE:NAME:PATH:OFFSET[:PATH:OFFSET...]:LVER}.
     *
     * @param res {@link SanlkResource}
     * @param strRet receives a malloc'ed char*; the caller frees it
     * @return 0, or a negative code
     */
    public int sanlock_res_to_str(MemorySegment res, MemorySegment strRet) {
        try {
            return (int) res_to_str.handle().invokeExact(res, strRet);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Reads a resource from {@code LOCKSPACE:NAME:PATH:OFFSET[:PATH:OFFSET...][:LVER]}.
     *
     * @param str char*
     * @param resRet receives a malloc'ed {@link SanlkResource}; the caller frees it
     * @return 0, or a negative code
     */
    public int sanlock_str_to_res(MemorySegment str, MemorySegment resRet) {
        try {
            return (int) str_to_res.handle().invokeExact(str, resRet);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Writes resources with a space between them.
     *
     * @param resCount how many
     * @param resArgs array of pointers to {@link SanlkResource}
     * @param resState receives a malloc'ed char*; the caller frees it
     * @return 0, or a negative code
     */
    public int sanlock_args_to_state(int resCount, MemorySegment resArgs, MemorySegment resState) {
        try {
            return (int) args_to_state.handle().invokeExact(resCount, resArgs, resState);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Reads resources with a space between them.
     *
     * @param resState char*
     * @param resCount receives an int
     * @param resArgs receives a malloc'ed array of pointers to malloc'ed {@link SanlkResource}; the
     *     caller frees each and the array
     * @return 0, or a negative code
     */
    public int sanlock_state_to_args(
            MemorySegment resState, MemorySegment resCount, MemorySegment resArgs) {
        try {
            return (int) state_to_args.handle().invokeExact(resState, resCount, resArgs);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }

    /**
     * Reads a lockspace from {@code NAME:HOST_ID:PATH:OFFSET}. Writes into its input.
     *
     * @param str char*, changed
     * @param ls {@link SanlkLockspace} that is filled
     * @return 0, or a negative code
     */
    public int sanlock_str_to_lockspace(MemorySegment str, MemorySegment ls) {
        try {
            return (int) str_to_lockspace.handle().invokeExact(str, ls);
        } catch (Throwable t) {
            throw Downcalls.rethrow(t);
        }
    }
}
