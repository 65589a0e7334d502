// The app routes in the browser: every path shows the same page.
const where = document.querySelector("#where");
if (where) where.textContent = location.pathname;
