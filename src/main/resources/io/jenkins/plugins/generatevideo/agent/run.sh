# Runs the executor on an agent, and tells through files how it fares (see ControlDirectory).
# Arguments: start, the control directory, the cookie of the executor's process, the executor's folder, then the command,
# which begins with the Java of the agent. "start" comes back at once; "watch" is what it leaves behind.
mode=$1
control=$2
cookie=$3
installed=$4
java=$5
shift 5
cd "$control" || exit 1

if [ "$mode" = start ]; then
    # A container may see the workspace but not the agent's root folder, and have a Java of its own.
    [ -r "$installed/lib/generate-video.jar" ] || exit 96
    [ -x "$java" ] || java=${JAVA_HOME:+$JAVA_HOME/bin/java}
    [ -x "$java" ] || java=$(command -v java) || exit 97
    command -v nohup >/dev/null || exit 127
    nohup sh "$control/run.sh" watch "$control" "$cookie" "$installed" "$java" "$@" >/dev/null 2>&1 </dev/null &
    exit 0
fi

JENKINS_SERVER_COOKIE=$cookie "$java" "$@" <request.json >progress.jsonl 2>messages.txt &
executor=$!

(
    asked=0
    while kill -0 "$executor" 2>/dev/null; do
        : >alive
        # As long as it runs, nobody takes the executor's folder for unused.
        true 2>/dev/null >"$installed/used"
        if [ -e stop ]; then
            if [ "$asked" -lt 3 ]; then
                kill -TERM "$executor" 2>/dev/null
            else
                kill -KILL "$executor" 2>/dev/null
            fi
            asked=$((asked + 1))
        fi
        sleep 1
    done
) &
watcher=$!

wait "$executor"
code=$?
kill "$watcher" 2>/dev/null
echo $code >result.new && mv result.new result
