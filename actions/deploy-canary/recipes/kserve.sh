#!/bin/sh
# KServe as a target: `traffic: { kind: command, set: deploy/kserve.sh set, get: deploy/kserve.sh get }`.
# KServe keeps the last revision that was ready and sends it the rest; at 100 % the new one is what it keeps.
set -eu
service=inferenceservice/$MLOPS_MODEL
case "$1" in
  get)
    kubectl get "$service" -o 'jsonpath={.spec.predictor.canaryTrafficPercent} {.metadata.annotations.mlops/version}'
    ;;
  set)
    # Weight 0 leaves the canary's revision there without requests.
    kubectl annotate --overwrite "$service" "mlops/version=$MLOPS_VERSION"
    kubectl patch "$service" --type merge --patch "{\"spec\":{\"predictor\":{\"canaryTrafficPercent\":$MLOPS_WEIGHT,\"model\":{\"storageUri\":\"${MLOPS_STORE:-s3://models}/$MLOPS_MODEL/$MLOPS_VERSION\"}}}}"
    ;;
esac
