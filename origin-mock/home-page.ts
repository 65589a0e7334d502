// A page for a browser that shows which origin answered.

const COLOURS = ["#2f6f4f", "#8a4b2a", "#3b5b92", "#7a3e78"];

export function homePage(name: string): string {
  const colour = COLOURS[(name.codePointAt(name.length - 1) ?? 0) % COLOURS.length];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Origin ${name}</title>
<body style="font: 1.25rem system-ui; margin: 4rem; border-left: .5rem solid ${colour}; padding-left: 2rem">
<h1>Origin ${name}</h1>
<p>This page came from origin <strong>${name}</strong>. Reload it, and another may answer.</p>
</body>
</html>
`;
}
