# Finding a JDK, for the launcher and for check. Sourced by sh; defines functions only.
# A JDK tells its version in its `release` file: reading that is a thousand times cheaper than starting it.
#
# Environment: JAVA_HOME            looked at first
#              TENURE_JDK_PATTERNS  colon-separated patterns of JDK homes, instead of the system's usual folders
# shellcheck shell=sh

# The first release with the final Foreign Function & Memory API.
jdk_minimum=22

jdk_usual_patterns() {
    printf '%s' "/usr/lib/jvm/*:/usr/java/*:/opt/java*:/opt/java/*:/opt/jdk*:${HOME:-/root}/.sdkman/candidates/java/*:${HOME:-/root}/.jdks/*"
}

# Sets jdk_version to the version of the JDK at $1 and jdk_major to its first number, or both to nothing.
jdk_read_version() {
    jdk_version=
    jdk_major=
    [ -r "$1/release" ] || return 0
    while IFS='=' read -r jdk_key jdk_value || [ -n "$jdk_key" ]; do
        if [ "$jdk_key" = JAVA_VERSION ]; then
            jdk_value=${jdk_value#\"}
            jdk_version=${jdk_value%\"}
            jdk_major=${jdk_value%%[!0-9]*}
            return 0
        fi
    done <"$1/release"
}

# Sets jdk_home to the home that the `java` of PATH belongs to, or to nothing.
jdk_of_path() {
    jdk_home=
    jdk_java=$(command -v java) || return 0
    jdk_java=$(readlink -f -- "$jdk_java") || return 0
    jdk_home=${jdk_java%/bin/java}
    # A version switcher's shim lies in no JDK's folder: only a JVM can say where it ends up.
    [ -r "$jdk_home/release" ] ||
        jdk_home=$("$jdk_java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
}

# Considers one home: $1 the home, $2 the program it must have, $3 first or newest.
# Returns 0 when the search is over.
jdk_consider() {
    [ -x "$1/bin/$2" ] || return 1
    jdk_read_version "$1"
    [ -n "$jdk_major" ] || return 1
    if [ "$jdk_major" -ge "$jdk_minimum" ]; then
        if [ "$jdk_major" -gt "$jdk_found_major" ]; then
            jdk_found=$1
            jdk_found_version=$jdk_version
            jdk_found_major=$jdk_major
        fi
        [ "$3" = first ]
    else
        jdk_too_old="${jdk_too_old:+$jdk_too_old, }$jdk_major in $1"
        return 1
    fi
}

# Sets jdk_found (empty: there is none), jdk_found_version and jdk_found_major.
# $1: java to run programs, javac to build them; $2: first or newest of all there are.
jdk_find() {
    jdk_found=
    jdk_found_version=
    jdk_found_major=0
    jdk_too_old=
    if [ -n "${JAVA_HOME:-}" ] && jdk_consider "$JAVA_HOME" "$1" "$2"; then return 0; fi
    jdk_of_path
    if [ -n "$jdk_home" ] && jdk_consider "$jdk_home" "$1" "$2"; then return 0; fi
    jdk_old_ifs=$IFS
    IFS=:
    # Splitting at colons and expanding the patterns is the purpose here.
    # shellcheck disable=SC2046,SC2086
    set -- "$1" "$2" ${TENURE_JDK_PATTERNS-$(jdk_usual_patterns)}
    IFS=$jdk_old_ifs
    jdk_program=$1
    jdk_which=$2
    shift 2
    for jdk_home in "$@"; do
        if jdk_consider "$jdk_home" "$jdk_program" "$jdk_which"; then break; fi
    done
    [ -n "$jdk_found" ]
}

# The one line for people when jdk_find found nothing.
jdk_missing_message() {
    printf 'a JDK %s or newer is needed and there is none in JAVA_HOME (%s), PATH or %s%s; %s' \
        "$jdk_minimum" "${JAVA_HOME:-not set}" "${TENURE_JDK_PATTERNS-$(jdk_usual_patterns)}" \
        "${jdk_too_old:+ (too old: $jdk_too_old)}" \
        'install one (Eclipse Temurin 25: package temurin-25-jdk from packages.adoptium.net) or let JAVA_HOME name it'
}
