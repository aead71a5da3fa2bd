# Runs the executor on an agent, and tells through files how it fares (see ControlDirectory).
# Arguments: the control directory, the cookie of the executor's process, then the command.
control=$1
cookie=$2
shift 2
cd "$control" || exit 1

JENKINS_SERVER_COOKIE=$cookie "$@" <request.json >progress.jsonl 2>messages.txt &
executor=$!

(
    asked=0
    while kill -0 "$executor" 2>/dev/null; do
        : >alive
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

wait "$executor"
echo $? >result.new && mv result.new result
