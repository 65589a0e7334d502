// The smallest Worker that answers: the limit that the runtime sets.
export default {
  fetch: () => new Response("hello"),
};
