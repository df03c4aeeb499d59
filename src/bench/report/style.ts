/** Colours in light and dark, for pages and for charts that stand alone. Blue and orange are told apart by everyone (Okabe and Ito). */
export const COLORS = `:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --faint: #d5dae0; --tint: #f4f6f8; --shade: #1b1f242e;
  --ours: #0067ad; --solver: #b3540c; --rule: #7b848e; --bound: #1b1f24; --plot-background: var(--paper);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181d; --ink: #e8ebee; --soft: #a5afb9; --faint: #38414a; --tint: #1d232a; --shade: #e8ebee38;
    --ours: #5eb3f0; --solver: #f0a35e; --rule: #8f99a3; --bound: #e8ebee;
  }
}
svg { color: var(--soft); --plot-background: var(--paper); }
svg [aria-label$="grid"] { stroke: var(--faint); stroke-opacity: 0.7; }`;

export const PAGE = `${COLORS}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main { max-width: 1088px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; }
h2 { font-size: 20px; line-height: 1.3; margin: 0 0 4px; text-wrap: balance; }
p { margin: 0; }
.soft { color: var(--soft); font-size: 14px; max-width: 92ch; }
section { margin-top: 56px; }
section svg { display: block; height: auto; margin-top: 16px; max-width: 100%; font-family: inherit; }
.narrow { display: none !important; }
dl { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px; margin: 28px 0 0; }
dl div { background: var(--tint); border-radius: 8px; padding: 14px 16px; }
dt { font-size: 26px; font-weight: 650; line-height: 1.2; }
dd { margin: 2px 0 0; color: var(--soft); font-size: 14px; line-height: 1.35; }
.key { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 20px 0 0; padding: 0; list-style: none; font-size: 14px; }
.key i { display: inline-block; width: 22px; height: 0; border-top: 4px solid; margin-right: 7px; vertical-align: 3px; }
/* a shadow at the edge behind which there is more */
.scroll {
  overflow-x: auto; margin-top: 16px;
  background:
    linear-gradient(to right, var(--paper) 40%, transparent) 0 0 / 40px 100%,
    linear-gradient(to left, var(--paper) 40%, transparent) 100% 0 / 40px 100%,
    linear-gradient(to right, var(--shade), transparent) 0 0 / 14px 100%,
    linear-gradient(to left, var(--shade), transparent) 100% 0 / 14px 100%;
  background-repeat: no-repeat; background-attachment: local, local, scroll, scroll;
}
table { border-collapse: collapse; font-size: 14px; min-width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 12px 5px 0; text-align: right; border-bottom: 1px solid var(--faint); }
th { color: var(--soft); font-weight: 500; }
.word { text-align: left; }
.facts td { overflow-wrap: anywhere; vertical-align: top; }
.facts td:first-child { white-space: nowrap; width: 1%; padding-right: 28px; }
tr.ours td { color: var(--ours); font-weight: 650; }
pre { background: var(--tint); border-radius: 8px; padding: 12px 16px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 13px; }
@media (max-width: 760px) {
  main { padding: 20px 16px 48px; }
  h1 { font-size: 24px; } h2 { font-size: 18px; }
  section { margin-top: 44px; }
  .wide { display: none !important; } .narrow { display: block !important; }
  dl { grid-template-columns: 1fr 1fr; gap: 10px; } dt { font-size: 21px; }
  table { font-size: 13px; }
  .scroll :is(th, td):first-child { min-width: 84px; }
}`;
