#!/bin/sh
# nginx as a target: `traffic: { kind: command, set: deploy/nginx.sh set, get: deploy/nginx.sh get }`, `sticky: true`.
# Your nginx.conf includes $MLOPS_SPLIT inside `http` and passes to `http://$mlops_upstream`; the upstreams are called `blue` and `green`.
# Who has the same `X-User` stays with the same version; who has none is split by request.
set -eu
split=${MLOPS_SPLIT:-/etc/nginx/mlops-split.conf}
said() { sed -n "s/^# $1 //p" "$split" 2>/dev/null || true; }
case "$1" in
  get)
    now=$(said mlops)
    echo "${now:-none}"
    ;;
  set)
    # Said twice it is done once: the places must not change sides again.
    [ "$(said mlops)" != "$MLOPS_WEIGHT $MLOPS_VERSION" ] || exit 0
    stable=$(said stable)
    stable=${stable:-blue}
    [ "$stable" = blue ] && canary=green || canary=blue
    # Here something would bring $MLOPS_VERSION to $canary, and wait until it answers.
    case "$MLOPS_WEIGHT" in
      0) parts="  * $stable;" ;;
      100)
        parts="  * $canary;"
        stable=$canary
        ;;
      *) parts="  $MLOPS_WEIGHT% $canary;
  * $stable;" ;;
    esac
    cat > "$split.new" <<END
# mlops $MLOPS_WEIGHT $MLOPS_VERSION
# stable $stable
map \$http_x_user \$mlops_key { "" \$request_id; default \$http_x_user; }
split_clients "\$mlops_key" \$mlops_upstream {
$parts
}
END
    mv "$split.new" "$split"
    ${MLOPS_NGINX:-nginx} -s reload
    ;;
esac
