// Makes the three members one replica set, once; afterwards it only waits for a primary.
const members = ["mongo-1", "mongo-2", "mongo-3"].map((name, n) => ({
  _id: n,
  host: `${name}:27017`,
}));

try {
  rs.status();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  rs.initiate({ _id: "soul", members });
}

for (let waited = 0; !db.hello().primary; waited += 1) {
  if (waited === 120) throw new Error("no primary was elected within two minutes");
  sleep(1000);
}
print(`the primary is ${db.hello().primary}`);
