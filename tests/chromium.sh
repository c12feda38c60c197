#!/bin/sh
# The browser tests need Chromium. Install Debian's where we may; otherwise say so, and those tests are skipped.
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests."
    (apt-get -qq update && apt-get -qq -y install chromium) >/dev/null 2>&1 && exit 0
fi
echo "No Chromium here and no way to install it: the browser tests will be skipped."
exit 0
