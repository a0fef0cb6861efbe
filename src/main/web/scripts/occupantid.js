/*
 * Copyright 2026 the occupantid authors.
 * Licensed under the Apache License, Version 2.0; see the file LICENSE.
 *
 * Makes the pages nicer; they work without.
 */
(function () {
    "use strict";

    var INTERVAL = 1000;

    /** Shows again and again how far something has come, and the whole page anew when that is over. */
    function follow() {
        var live = document.getElementById("occupantid-live");
        var address = live && live.getAttribute("data-live");
        if (!address) {
            return;
        }
        fetch(address === "this" ? window.location.href : address, {credentials: "same-origin"}).then(function (response) {
            return response.text();
        }).then(function (text) {
            var now = new DOMParser().parseFromString(text, "text/html").getElementById("occupantid-live");
            if (!now) {
                // Logged out, for instance: what was there stays.
                return;
            }
            if (!now.getAttribute("data-live")) {
                // Not reload(), which would send a form again that this page was the answer to.
                window.location.assign(window.location.href.split("#")[0]);
                return;
            }
            // A button that has the focus keeps it, and is not exchanged under the finger.
            if (!live.contains(document.activeElement)) {
                live.replaceWith(now);
            }
            window.setTimeout(follow, INTERVAL);
        }).catch(function () {
            window.setTimeout(follow, INTERVAL);
        });
    }

    /** One box that ticks all others of its table. */
    function tickAll(box) {
        var boxes = box.closest("table").querySelectorAll("tbody input[type=checkbox]");
        box.hidden = false;
        box.addEventListener("change", function () {
            boxes.forEach(function (other) {
                other.checked = box.checked;
            });
        });
    }

    document.querySelectorAll(".occupantid-tick-all").forEach(tickAll);
    window.setTimeout(follow, INTERVAL);
}());
