// Renders Markdown as GitHub does: GFM, Mermaid blocks as pictures, diffs in colours.
async (markdown) => {
  const body = document.querySelector(".markdown-body");
  body.innerHTML = marked.parse(markdown, { gfm: true });
  mermaid.initialize({ startOnLoad: false, securityLevel: "strict", theme: "default" });
  let number = 0;
  for (const code of body.querySelectorAll("code.language-mermaid")) {
    const figure = document.createElement("div");
    figure.className = "mermaid";
    figure.innerHTML = (await mermaid.render(`m${number++}`, code.textContent)).svg;
    code.parentElement.replaceWith(figure);
  }
  for (const code of body.querySelectorAll("code.language-diff")) {
    const lines = code.textContent.replace(/\n$/, "").split("\n");
    code.replaceChildren(...lines.map((line) => {
      const span = document.createElement("span");
      span.className = { "+": "diff-added", "-": "diff-removed" }[line[0]] ?? "";
      span.textContent = `${line}\n`;
      return span;
    }));
  }
  for (const font of document.fonts) await font.load();
}
