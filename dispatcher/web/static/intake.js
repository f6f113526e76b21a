"use strict";
// A street offers its own communities only, and a community brings its street along.
(() => {
  const street = document.getElementById("street");
  const community = document.getElementById("community");
  const groups = [...community.querySelectorAll("optgroup")];
  const offer = () => {
    for (const group of groups) {
      const hidden = street.value !== "" && group.dataset.street !== street.value;
      group.hidden = hidden;
      group.disabled = hidden;
    }
    const chosen = community.selectedOptions[0];
    if (chosen && chosen.dataset.street && street.value && chosen.dataset.street !== street.value) community.value = "";
  };
  street.addEventListener("input", offer);
  community.addEventListener("input", () => {
    const home = community.selectedOptions[0].dataset.street;
    if (home && !street.value) { street.value = home; offer(); }
  });
  offer();
})();
