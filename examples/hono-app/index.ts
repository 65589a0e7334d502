// A Hono app of one's own, in which Headgate serves two parts: a shop, whose site is an object here, and a blog, whose site
// is a file. The app's middleware runs for all of them.
import { headgate } from "headgate/hono";
import { Hono } from "hono";
import { cors } from "hono/cors";
import blog from "./blog.yaml";
import { shop } from "./shop.ts";

const app = new Hono();

app.use("/shop/api/*", cors({ origin: "https://app.example.com" }));
app.use(async (c, next) => {
  await next();
  c.header("x-served-by", "my-app");
});

app.get("/", (c) => c.text("my app\n"));
app.all("/shop/*", headgate({ site: shop, name: "shop" }));
app.all("/blog/*", headgate({ site: blog, name: "blog" }));

export default app;
