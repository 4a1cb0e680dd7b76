# The cluster's network: a switch in a network namespace of its own, with one cable to this machine and one to each node. No rule of this
# machine (Docker's, for example) is in its way, and nothing of this machine's forwarding or iptables is changed.

# The switch's namespace is the claim to a slot: it can be made only once.
take_slot() {
  local slot
  for slot in $(seq 0 9); do
    [ -z "$(ip route show root "10.$((89 + slot)).0.0/16")" ] || continue
    ! ip netns add "fdk$slot-sw" 2>/dev/null || { use_slot "$slot"; return 0; }
  done
  unavailable "ten test clusters are up already, or the addresses 10.89.0.0 to 10.98.255.255 are in use"
}
network_up() {
  ip -n "$NAME-sw" link add br0 type bridge
  ip -n "$NAME-sw" link set br0 up
  ip link add "${NAME}0" type veth peer name host netns "$NAME-sw"
  ip -n "$NAME-sw" link set host master br0 up
  ip addr add "$NET.1/24" dev "${NAME}0"
  ip link set "${NAME}0" up
  local i j
  for i in $(seq "$NODES"); do
    ip netns add "$NAME-n$i"
    ip -n "$NAME-sw" link add "n$i" type veth peer name eth0 netns "$NAME-n$i"
    ip -n "$NAME-sw" link set "n$i" master br0 up
    ip -n "$NAME-n$i" addr add "$NET.1$i/24" dev eth0
    ip -n "$NAME-n$i" link set lo up
    ip -n "$NAME-n$i" link set eth0 up
    ip -n "$NAME-n$i" route add default via "$NET.1"
    # Kubelet asks the metadata servers of clouds: refused at once, not after 11 s.
    ip -n "$NAME-n$i" route add unreachable 169.254.0.0/16
    nsenter --net="/run/netns/$NAME-n$i" sysctl -qw net.ipv4.ip_forward=1
    ip route add "$PODS.$((64 + i)).0/24" via "$NET.1$i"
    for j in $(seq "$NODES"); do [ "$j" = "$i" ] || ip -n "$NAME-n$i" route add "$PODS.$((64 + j)).0/24" via "$NET.1$j"; done
  done
  ip route add "$SERVICE_NET" via "$NET.11" # this machine reaches services through the first node
}
network_down() {
  ip link del "${NAME}0" 2>/dev/null || true
  local namespace
  for namespace in $(ip netns list | awk -v name="$NAME-" 'index($1, name) == 1 { print $1 }'); do ip netns del "$namespace"; done
}
