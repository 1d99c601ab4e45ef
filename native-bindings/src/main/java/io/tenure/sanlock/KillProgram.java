package io.tenure.sanlock;

import io.tenure.bindings.internal.FixedString;
import io.tenure.bindings.sanlock.SanlockConstants;
import java.util.List;

/**
 * A program for the daemon to run, as the library takes it: a path, and arguments with spaces
 * between them. What the library would cut off or split in other places is refused.
 *
 * @param path its path
 * @param arguments its arguments, joined
 */
record KillProgram(String path, String arguments) {

    static KillProgram of(String path, List<String> arguments) {
        for (String argument : arguments) {
            if (argument.isEmpty() || argument.indexOf(' ') >= 0) {
                throw new IllegalArgumentException(
                        "an argument must not be empty or contain a space: \"" + argument + '"');
            }
        }
        String joined = String.join(" ", arguments);
        check("the kill program's path", path, SanlockConstants.SANLK_HELPER_PATH_LEN);
        check("the kill program's arguments", joined, SanlockConstants.SANLK_HELPER_ARGS_LEN);
        return new KillProgram(path, joined);
    }

    private static void check(String what, String text, int lengthWithNul) {
        int bytes = FixedString.encode(text).length;
        if (bytes > lengthWithNul - 2) { // the library's own copy loses one more
            throw new IllegalArgumentException(
                    what
                            + " has "
                            + bytes
                            + " bytes, sanlock takes at most "
                            + (lengthWithNul - 2)
                            + ": "
                            + text);
        }
    }
}
