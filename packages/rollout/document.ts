import type { Block, Document, Evidence, Inline } from "@mlops-actions/core";
import { quoted } from "@mlops-actions/report";
import type { Details } from "./details.ts";
import { counted, duration, grouped, percent, WHY } from "./wording.ts";

const TITLE = 80;

/** What people see of a deployment: where the version is, how much of the traffic it has, what it waits for, what was counted. */
export function document(evidence: Evidence<Details>): Document {
  const { project, outcome } = evidence.predicate;
  const { model } = project;
  const key = { model, stage: "deploy" } as const;
  if (outcome.kind === "error") {
    const { fault } = outcome;
    return {
      key,
      verdict: "error",
      title: short(`not deployed: ${fault.message}`),
      blocks: [
        { kind: "headline", verdict: "error", text: quoted(fault.message, 300) },
        { kind: "fault", fault },
        {
          kind: "text",
          text: ["Nothing more was done. The next run reads what is true, and goes on from there."],
        },
      ],
    };
  }
  const { details, verdict, judged } = outcome;
  const said = headline(details);
  return {
    key,
    verdict,
    title: short(`${model}${details.version === null ? "" : ` v${details.version}`}: ${said}`),
    blocks: [
      { kind: "headline", verdict, text: [said] },
      ...warnings(details),
      ...text(now(details)),
      ...harm(details),
      ...(judged.length === 0
        ? []
        : [
            {
              kind: "comparison" as const,
              own: `v${details.version}`,
              baseline: details.from === null ? "stable" : `v${details.from}`,
              judged,
            },
          ]),
      ...text(counts(details)),
      ...text(plan(details)),
      ...text(approval(details)),
      ...text(back(details)),
    ],
  };
}

function headline({ state, environment, traffic, why, rollback, mode }: Details): string {
  const share = traffic === null ? "" : percent(traffic.share);
  switch (state) {
    case "live":
      return rollback === null ? `live in ${environment}` : `live again in ${environment}`;
    case "unchanged":
      return `lives in ${environment} already`;
    case "none":
      return `nothing is under way in ${environment}`;
    case "waiting":
      return why === "approval"
        ? `waits for approval in ${environment}`
        : "watching stable, no request has moved";
    case "rolling":
      return `${share} of ${environment}`;
    case "harm":
      return "rolled back: worse than stable";
    case "cleared":
      return "requests of an ended rollout were taken away";
    case "ended":
      return mode === "rollback"
        ? "rollout ended, no requests"
        : `ended: ${why === null ? "taken back" : WHY[why]}`;
  }
}

function warnings({ approval, why, state, environment }: Details): Block[] {
  const found: Block[] = [];
  if (approval?.isOwn)
    found.push({
      kind: "warning",
      text: [
        { strong: `${approval.by} has approved a change of their own` },
        ": the rules of ",
        { code: environment },
        " on GitHub allow it.",
      ],
    });
  if (state === "rolling" && why === "deadline")
    found.push({
      kind: "warning",
      text: [
        { strong: "The deadline has passed" },
        ": the traffic stays where it is until somebody decides.",
      ],
    });
  return found;
}

function now(details: Details): Inline[] {
  const { state, did, why, traffic, from, environment, rollback, live } = details;
  const before = from === null ? "nothing" : `v${from}`;
  switch (state) {
    case "live":
      return rollback === null
        ? [`It has replaced ${before}; the environment's tag says so.`]
        : [`Instead of v${rollback.of}, as ${rollback.by} has asked.`];
    case "rolling": {
      const { steps, step, deadline } = traffic ?? { steps: [], step: 0, deadline: null };
      const until = deadline === null ? "" : ` until ${deadline.slice(0, 16).replace("T", " ")} UTC`;
      return [
        `Step ${step + 1} of ${steps.map(percent).join(" → ")}${until}. `,
        { strong: "Now:" },
        ` ${WHY[why ?? (did === "moved" ? "settled" : "window")]}.`,
      ];
    }
    case "waiting":
      return [
        `${capital(why === null ? "it goes on with the next tick" : WHY[why])}. ${before} has all of the requests.`,
      ];
    case "harm":
    case "ended":
    case "cleared":
      if (why === "superseded")
        return [
          `It has no requests any more. ${live === null ? "Nothing" : `v${live}`} lives in ${environment}.`,
        ];
      return [
        `All requests go to ${live === null ? "what was there before" : `v${live}`} again. ${environment} is as it was.`,
      ];
    default:
      return [];
  }
}

function harm({ harm, state }: Details): Block[] {
  const shown = harm.filter(({ isShown }) => isShown);
  if (shown.length === 0 || state !== "harm") return [];
  return text([
    { strong: "Worse than stable in the same windows" },
    ": ",
    ...shown.flatMap(({ condition, p }, i): Inline[] => [
      ...(i === 0 ? [] : [", "]),
      { code: condition },
      ` (p ${p < 0.0001 ? "below 0.0001" : `= ${p.toPrecision(2)}`})`,
    ]),
    ". Any worsening ends a rollout, whatever the condition allows; the table says how far the condition itself is decided.",
  ]);
}

function counts({ counted: seen }: Details): Inline[] {
  if (seen === null || seen.windows === 0) return [];
  const unit = seen.unit === "key" ? "key" : "request";
  const side = (of: { requests: number; bad: number }) =>
    `${grouped(of.bad)} bad of ${grouped(of.requests)} requests`;
  return [
    { strong: "Counted:" },
    ` stable ${side(seen.stable)}, canary ${side(seen.canary)} in ${counted(seen.windows, "window")}`,
    unit === "key"
      ? "; each key, or request without one, counts once"
      : seen.isSticky
        ? "; users whose requests fail together count many times"
        : "",
    seen.dropped === 0 ? "." : `; ${counted(seen.dropped, "window")} dropped, since a counter began anew.`,
  ];
}

function plan({ forecast, traffic, state }: Details): Inline[] {
  if (forecast === null || traffic === null || !["waiting", "rolling"].includes(state)) return [];
  const { requests, seconds, requestsPerHour, errorRate, perStep } = forecast;
  if (requests === null || seconds === null) return [];
  return [
    { strong: "To be expected:" },
    ` about ${grouped(Number(requests.toPrecision(2)))} requests, ${duration(seconds)} at ${grouped(requestsPerHour)} an hour with ${percent(errorRate)} errors, for a canary that is like stable; a step has at least ${grouped(perStep)} requests to the canary.`,
  ];
}

function approval({ approval }: Details): Inline[] {
  if (approval === null) return [];
  const where = {
    reviewers: "as a reviewer on GitHub",
    comment: "in a comment",
    terminal: "at this terminal",
  };
  return [{ strong: "Approved" }, ` by ${approval.by} ${where[approval.how]}.`];
}

function back({ state, environment }: Details): Inline[] {
  if (state !== "live" && state !== "rolling") return [];
  return [
    { strong: "To go back:" },
    " the workflow that deploys, with ",
    { code: "mode: rollback" },
    "; where the registry is a folder, ",
    { code: `mlops-actions deploy --mode rollback --environment ${environment}` },
    ".",
  ];
}

function text(inlines: Inline[]): Block[] {
  return inlines.length === 0 ? [] : [{ kind: "text", text: inlines }];
}

function capital(said: string): string {
  return said.charAt(0).toUpperCase() + said.slice(1);
}

function short(said: string): string {
  return said.length <= TITLE ? said : `${said.slice(0, TITLE - 1)}…`;
}
