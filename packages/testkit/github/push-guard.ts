/** The same rule as `guardWorkflows`, for a push: Git runs it before anything is changed. */
export const PUSH_GUARD = `#!/bin/sh
[ "$BOX_WORKFLOW_TOKEN" = 1 ] || exit 0
while read -r old new ref; do
  workflows=$(git rev-parse --verify --quiet "$new^{commit}:.github/workflows") || continue
  known=
  for head in $(git for-each-ref --format='%(objectname)' refs/heads); do
    [ "$(git rev-parse --verify --quiet "$head:.github/workflows")" = "$workflows" ] && known=1
  done
  if [ -z "$known" ]; then
    echo "refusing to allow a GitHub App to create or update workflow files without workflows permission" >&2
    exit 1
  fi
done
`;
