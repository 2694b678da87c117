// Parses the diagrams in a JSON array on stdin with Mermaid. Prints what it says of each (null, or its error) and
// the limits that it has by default.
import { text } from "node:stream/consumers";
import { JSDOM } from "jsdom";

const dom = new JSDOM("<!doctype html><body></body>");
Object.assign(globalThis, { window: dom.window, document: dom.window.document });

const { default: mermaid } = await import("mermaid");
const { maxTextSize, maxEdges } = mermaid.mermaidAPI.defaultConfig;
mermaid.initialize({ startOnLoad: false });
const said = [];
for (const diagram of JSON.parse(await text(process.stdin))) {
  said.push(await mermaid.parse(diagram).then(() => null, (error) => String(error.message ?? error)));
}
console.log(JSON.stringify({ said, maxTextSize, maxEdges }));
