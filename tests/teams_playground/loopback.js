// The Agents Playground listens on every address of the machine; this keeps it to the machine itself.
const net = require("net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...given) {
  const called = given.find((one) => typeof one === "function");
  if (given[0] !== null && typeof given[0] === "object") {
    const where = given[0].path === undefined ? { ...given[0], host: "127.0.0.1" } : given[0];
    return listen.call(this, where, ...(called ? [called] : []));
  }
  if (given[0] === undefined || /^\d+$/.test(String(given[0]))) {
    return listen.call(this, Number(given[0] ?? 0), "127.0.0.1", ...(called ? [called] : []));
  }
  return listen.apply(this, given);
};
