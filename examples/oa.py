"""一个公文系统（OA）怎样使用备审：报送、等待、取回报告、接收回调。

export BEISHEN_URL=http://127.0.0.1:8765 BEISHEN_KEY=bsk_…
python examples/oa.py 办法.docx            # 报送并取回报告
python examples/oa.py --listen 9000        # 接收回调，核对签名，逐条打印
"""

import argparse
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

from beishen.client import Client, Problem, signed


def file(path: Path) -> int:
    """File one document and show what came back."""
    with Client(os.environ["BEISHEN_URL"], os.environ["BEISHEN_KEY"]) as beishen:
        try:
            # The OA's own number makes a repetition harmless: the same request gives the same filing.
            filed = beishen.file([path], request=f"oa-{path.name}")
            job = beishen.wait(filed["job"]["id"])
        except Problem as problem:
            sys.stderr.write(f"未能报送：{problem}\n")
            return 1
        sys.stdout.write(f"备案件 {filed['filing']['id']}，审查{'完成' if job['state'] == 'done' else '未完成'}\n")
        if job["state"] == "done" and "first" in beishen.me()["roles"]:
            for finding in beishen.report(job["id"])["findings"]:
                sys.stdout.write(f"  [{finding['level']}] {finding['quote'][:40]}：{finding['message']}\n")
        return 0


class Notified(BaseHTTPRequestHandler):
    """Receives webhooks; answers 204 to what is signed and new."""

    seen: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        delivery = self.headers.get("X-Beishen-Delivery", "")
        if not signed(os.environ["BEISHEN_SECRET"], self.headers.get("X-Beishen-Signature", ""), delivery, body):
            self.send_response(401)
        else:
            self.send_response(204)
            if delivery not in self.seen:
                self.seen.add(delivery)
                sys.stdout.write(json.dumps(json.loads(body), ensure_ascii=False) + "\n")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the events themselves are printed."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", type=Path, help="要报送的文件")
    parser.add_argument("--listen", type=int, metavar="PORT", help="接收回调的端口")
    asked = parser.parse_args()
    if asked.listen:
        HTTPServer(("127.0.0.1", asked.listen), Notified).serve_forever()
    if asked.path is None:
        parser.error("请给出要报送的文件，或 --listen")
    return file(asked.path)


if __name__ == "__main__":
    raise SystemExit(main())
