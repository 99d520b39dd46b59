/** The page's one style sheet. Its hash stands in the page's Content-Security-Policy, so there are no style attributes. */
const COLOURS = `
:root{color-scheme:light dark;--page:#fff;--panel:#f6f7f9;--line:#e2e6ec;--text:#1b2330;--soft:#566173;--link:#2449c4;--mark:#eef2ff;
--code:#111827;--code-line:#111827;--code-text:#e5eaf3;--k:#93c5fd;--s:#a7e3b4;--n:#f7c58b;
--get:#0b6b4b;--get-back:#e0f5ec;--post:#2449c4;--post-back:#e6ecff;--patch:#8a5300;--patch-back:#fdf0d9;--delete:#b3261e;--delete-back:#fde8e6;--required:#b3261e}
@media (prefers-color-scheme:dark){:root{--page:#0e1218;--panel:#161c25;--line:#28313d;--text:#e4e9f1;--soft:#9aa6b8;--link:#8fb0ff;--mark:#1a2440;
--code:#090c11;--code-line:#232c38;--get:#6ad9ad;--get-back:#0f2f25;--post:#9db8ff;--post-back:#1a2649;--patch:#f0bd6b;--patch-back:#35270f;--delete:#ff9d94;--delete-back:#3a1916;--required:#ff9d94}}
`;

const TEXT = `
*{box-sizing:border-box}
html{scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
h1,h2,h3,h4{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:2.1rem;letter-spacing:-.02em}
main h2{font-size:1.5rem;letter-spacing:-.01em;margin-top:2.75rem}
h3{font-size:1.2rem}
h4{font-size:.78rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.4rem 0 .25rem}
p{margin:.6rem 0}
ul{padding-left:1.2rem}
li{margin:.35rem 0}
a{color:var(--link)}
h2 a,h3 a{color:inherit;text-decoration:none}
h2 a:hover,h3 a:hover{text-decoration:underline}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.875em}
p code,li code,dd code,summary code{background:var(--panel);border:1px solid var(--line);border-radius:.3rem;padding:.05rem .3rem}
pre{margin:0;padding:1rem 1.1rem;overflow-x:auto;background:var(--code);color:var(--code-text);border:1px solid var(--code-line);border-radius:.6rem;font-size:.78rem;line-height:1.6;tab-size:2}
pre code{font-size:inherit}
.k{color:var(--k)}.s{color:var(--s)}.n{color:var(--n)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:.25rem}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;z-index:3;background:var(--page);padding:.5rem 1rem}
summary{cursor:pointer;color:var(--soft);font-size:.9rem;padding:.3rem 0}
summary:hover{color:var(--text)}
.method{display:inline-block;min-width:3.4rem;text-align:center;font:700 .68rem/1.6rem ui-monospace,SFMono-Regular,Menlo,monospace;letter-spacing:.03em;border-radius:.3rem;padding:0 .35rem}
.get{color:var(--get);background:var(--get-back)}.post{color:var(--post);background:var(--post-back)}
.patch{color:var(--patch);background:var(--patch-back)}.delete{color:var(--delete);background:var(--delete-back)}
.status{font:600 .82rem ui-monospace,SFMono-Regular,Menlo,monospace;color:var(--text)}
.facts{font-size:.85rem;color:var(--soft)}
`;

const CONTENTS = `
.bar{display:none}
nav{position:fixed;inset:0 auto 0 0;width:19rem;overflow-y:auto;overscroll-behavior:contain;padding:1.5rem 1rem 3rem 1.5rem;background:var(--panel);border-right:1px solid var(--line);font-size:.875rem}
nav .title{margin:0 0 1rem;font-weight:650;line-height:1.35}
nav .title a{color:var(--text);font-size:1rem}
nav .title span{display:block;font-weight:400;color:var(--soft);font-size:.8rem;margin-top:.15rem}
nav h2{font-size:.74rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.4rem 0 .3rem}
nav ul{list-style:none;margin:0;padding:0}
nav li{margin:0}
nav a{color:var(--text);text-decoration:none}
nav li a{display:flex;gap:.6rem;align-items:baseline;padding:.28rem .5rem;margin-left:-.5rem;border-radius:.4rem;line-height:1.4}
nav li a:hover{background:var(--mark)}
nav .method{flex:none;min-width:2.9rem;font-size:.6rem;line-height:1.2rem;padding:0 .2rem}
nav .close{display:none}
main{margin-left:19rem;padding:3rem clamp(1.25rem,3.4vw,3.5rem) 6rem}
.intro{max-width:46rem}
.intro h2{font-size:1.2rem;margin-top:2rem}
.server{display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:baseline;margin:1.25rem 0}
.server span{color:var(--soft)}
.group,.problems{border-top:1px solid var(--line);margin-top:3.5rem}
.group>p{max-width:46rem;color:var(--soft)}
`;

const OPERATION = `
.operation{padding:2.5rem 0 1rem;max-width:84rem}
.operation+.operation{border-top:1px solid var(--line);margin-top:2rem}
.operation:target h3 a,.problems article:target{background:var(--mark);box-shadow:0 0 0 .3rem var(--mark);border-radius:.2rem}
.endpoint{display:flex;gap:.6rem;align-items:baseline;margin:.7rem 0 0}
.endpoint code{background:none;border:0;padding:0;overflow-wrap:anywhere}
.badges{display:flex;flex-wrap:wrap;gap:.4rem;list-style:none;padding:0;margin:.9rem 0 0;font-size:.82rem;color:var(--soft)}
.badges li{margin:0;border:1px solid var(--line);border-radius:1rem;padding:.1rem .7rem}
.badges code{background:none;border:0;padding:0;color:var(--text)}
.fields{margin:0}
.fields>dt{margin-top:0;padding-top:.7rem;border-top:1px solid var(--line)}
h4+.fields>dt:first-child{border-top:0}
.fields>dt>code{background:none;border:0;padding:0;font-weight:650;overflow-wrap:anywhere}
.type{color:var(--soft);font-size:.82rem;margin-left:.25rem}
.required{color:var(--required);font-size:.78rem;font-weight:600;margin-left:.25rem}
.fields>dd{margin:0;padding-bottom:.7rem}
dd p{margin:.15rem 0;font-size:.92rem}
dd details .fields{margin:.2rem 0 .4rem;padding-left:1rem;border-left:2px solid var(--line)}
details.answer,details.refusals{border:1px solid var(--line);border-radius:.6rem;padding:.35rem .9rem;margin-top:.75rem}
.about>details.answer{margin-top:.75rem}
.about>:not(details)+details{margin-top:1.5rem}
details[open].answer,details[open].refusals{padding-bottom:.9rem}
.codes{display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem;margin:.3rem 0 0;font-size:.85rem}
.codes dt{font:600 .82rem/1.6rem ui-monospace,SFMono-Regular,Menlo,monospace}
.codes dd{margin:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem}
.codes a{font:.82rem/1.6rem ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
.samples{margin-top:1.5rem;min-width:0}
figure{margin:0 0 .75rem}
figcaption{font-size:.9rem;color:var(--soft);padding:.3rem 0}
.sample{margin-bottom:.5rem}
.problems{padding-bottom:2rem}
.rows{max-width:60rem;margin-top:1rem}
.problems article{display:grid;grid-template-columns:3.5rem minmax(0,1fr);padding:1rem 0;border-top:1px solid var(--line)}
.problems h3{font-size:1rem}
.problems article p{margin:.2rem 0}
.problems article .status{line-height:1.5rem}
`;

const SCREENS = `
@media (min-width:78rem){
.operation{display:grid;grid-template-columns:minmax(0,.88fr) minmax(0,1fr);gap:0 2.5rem}
.operation>header{grid-column:1/-1}
.samples{position:sticky;top:1.5rem;margin-top:.3rem;align-self:start;max-height:calc(100vh - 3rem);overflow-y:auto}
}
@media (max-width:60rem){
html{scroll-padding-top:4rem}
.bar{display:flex;justify-content:space-between;align-items:center;gap:1rem;position:sticky;top:0;z-index:1;padding:.5rem 1.25rem;background:var(--page);border-bottom:1px solid var(--line)}
.bar a{color:var(--text);font-weight:650;text-decoration:none;font-size:.95rem;line-height:1.3}
.bar .menu,nav .close{flex:none;font-weight:400;font-size:.875rem;border:1px solid var(--line);border-radius:.5rem;padding:.4rem .8rem}
nav{display:none}
nav:target{display:block;width:auto;inset:0;z-index:2;border:0;padding:1rem 1.25rem 4rem;font-size:1rem}
nav li a{padding:.5rem}
nav .title{margin-right:6rem}
nav .close{display:block;position:absolute;top:1rem;right:1.25rem;background:var(--page)}
main{margin-left:0;padding-top:1.75rem}
h1{font-size:1.7rem}
main h2{font-size:1.35rem}
.operation{padding-top:1.75rem}
.problems article{display:block}
}
@media print{
:root{--page:#fff;--panel:#fff;--text:#000;--soft:#444;--line:#bbb;--code:#fff;--code-line:#bbb;--code-text:#000;--k:#000;--s:#000;--n:#000;--mark:#fff}
nav,.bar,.skip{display:none}
main{margin:0;padding:0}
body{font-size:10pt}
.operation{display:block}
.samples{position:static;max-height:none;overflow:visible}
pre{white-space:pre-wrap;overflow-wrap:anywhere}
details::details-content{content-visibility:visible;height:auto;display:block}
h2,h3,h4,.endpoint,figcaption,summary{break-after:avoid}
figure,.fields>dt,.problems article{break-inside:avoid}
}
`;

export const STYLE = COLOURS + TEXT + CONTENTS + OPERATION + SCREENS;
