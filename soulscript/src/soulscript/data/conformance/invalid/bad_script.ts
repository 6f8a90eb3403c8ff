export const character = {
  name: "Mira",
  bio: "Repairs" "clocks",
  lore: [],
};
