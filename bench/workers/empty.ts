// An empty Worker: how long the runtime itself takes to start.
export default {};
