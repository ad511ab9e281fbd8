# syntax=docker/dockerfile:1
# The image of Collegium: `python worker.py` by default, `python -m cli` and the sandbox partner, too.
FROM python:3.13-slim

ENV PYTHONPATH=/opt/collegium \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    COLLEGIUM_HOME=/var/lib/collegium

# The user's number is fixed, so that files with secrets can be given to it alone.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin collegium \
    && install --directory --owner=collegium --group=collegium --mode=0700 /var/lib/collegium

WORKDIR /opt/collegium
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY . .
RUN python -m compileall -q .

USER 10001:10001
CMD ["python", "worker.py"]
