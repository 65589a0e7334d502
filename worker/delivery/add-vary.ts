// Names a request field in Vary, once.

export function addVary(headers: Headers, field: string): void {
  const names = headers.get("vary")?.split(",") ?? [];
  if (names.some((name) => [field.toLowerCase(), "*"].includes(name.trim().toLowerCase()))) return;
  headers.append("vary", field);
}
