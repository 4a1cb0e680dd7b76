# follow.sh FOLDER PID START_TIME: ends the cluster in a folder when its owner has ended, however that was.
STATE=$1
. "$(dirname "$0")/settings.sh"
while alive "$2" "$3"; do sleep 1; done
exec bash "$HERE/down.sh" "$STATE"
