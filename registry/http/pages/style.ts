/** Style of the pages before the portal; served as `/pages.css`. */
export const style = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --text: light-dark(#1c2226, #e6eaed); --quiet: light-dark(#55606a, #a3adb8); --page: light-dark(#f7f8f9, #17191c);
  --card: light-dark(#fff, #1e2125); --line: light-dark(#868e96, #6b757f); --act: #176842; --on-act: #fff; --link: light-dark(#176842, #4db67f); --fault: light-dark(#b3261e, #ff8a80); }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; background: var(--page); color: var(--text); }
main { width: min(26rem, 100%); padding: 2rem; background: var(--card); border-radius: 1rem; box-shadow: 0 1px 3px #0003, 0 8px 30px #0001; }
.brand img { max-width: 12rem; max-height: 3rem; object-fit: contain; }
.brand { display: flex; align-items: center; gap: .6rem; margin: 0 0 1.5rem; font-weight: 700; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 500; }
input, select { width: 100%; min-height: 3rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .5rem;
  background: transparent; color: inherit; font: inherit; }
input:focus-visible, select:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
button, .button { display: block; width: 100%; min-height: 3rem; margin-top: 1.25rem; padding: .5rem 1rem; border: 0; border-radius: .5rem;
  background: var(--act); color: var(--on-act); font: inherit; font-weight: 600; line-height: 2rem; text-align: center; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { filter: brightness(1.1); }
button.quiet { border: 1px solid var(--line); background: transparent; color: inherit; }
.after { margin: 1.25rem 0 0; text-align: center; }
a { color: var(--link); }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid light-dark(#dee2e6, #33383e); color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere; }
.fault { padding: .6rem .8rem; border-radius: .5rem; background: light-dark(#fdeceb, #3f1a1c); color: light-dark(#8f1d16, #ffb4ab); font-weight: 500; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.words { margin: 0 0 .5rem; font-size: 1.5rem; font-weight: 700; line-height: 1.25; }
.wide { width: min(60rem, 100%); }
video, .live img { display: block; width: 100%; max-height: 70vh; border-radius: .5rem; object-fit: contain; background: #000; }
.live [hidden] { display: none; }
.live p, .below { min-height: 1.5em; margin: .5rem 0; }
@media (scripting: none) { .live { display: none; } }
.note { color: var(--quiet); font-size: .9rem; }
code, .code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.codes { columns: 2; padding: 1rem 1rem 1rem 2rem; margin: 0; border: 1px dashed var(--line); border-radius: .5rem; font-family: ui-monospace, monospace; }
.qr { display: block; width: 12rem; height: 12rem; margin: 1rem auto; border-radius: .5rem; background: #fff; }
summary { margin-top: 1rem; min-height: 1.75rem; cursor: pointer; }
@media (max-width: 30em) { body { place-items: start stretch; background: var(--card); } main { width: 100%; padding: 1.5rem 1rem; border-radius: 0; box-shadow: none; } }
`;
