/** wrangler.jsonc makes site files modules whose default export is their text. */
declare module "*.yaml" {
  const text: string;
  export default text;
}
