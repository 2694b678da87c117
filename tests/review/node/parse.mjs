// Parses the diagrams in a JSON array on stdin with each version of Mermaid. Prints what each version says of
// each diagram (null, or its error) and the limits that it has by default.
import { text } from "node:stream/consumers";
import { JSDOM } from "jsdom";

const dom = new JSDOM("<!doctype html><body></body>");
Object.assign(globalThis, { window: dom.window, document: dom.window.document });

const answers = {};
const diagrams = JSON.parse(await text(process.stdin));
for (const name of ["mermaid-10", "mermaid-11", "mermaid-12"]) {
  const { default: mermaid } = await import(name);
  const { maxTextSize, maxEdges } = mermaid.mermaidAPI.defaultConfig;
  mermaid.initialize({ startOnLoad: false });
  const said = [];
  for (const diagram of diagrams) {
    said.push(await mermaid.parse(diagram).then(() => null, (error) => String(error.message ?? error)));
  }
  answers[name] = { said, maxTextSize, maxEdges };
}
console.log(JSON.stringify(answers));
