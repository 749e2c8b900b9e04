"""What two files of reports hold: counts.py INCIDENTS.csv EVERY REQUESTS.json (EVERY: which rows, 1 for all)."""
import csv
import json
import sys
from collections import Counter

incidents, every, requests = sys.argv[1:]
with open(incidents, newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))[:: int(every)]
with open(requests, encoding="utf-8") as file:
    asked = json.load(file)
types = Counter(row["offense"] for row in rows) + Counter(request["service_name"] for request in asked)
areas = Counter(row["beat"] for row in rows)
notes = []
for request in asked:
    areas[request["extended_attributes"].get("ward") or request["extended_attributes"]["police"]] += 1
    for note in request.get("notes", []):
        words = "\n\n".join(part for part in (note.get("summary"), note.get("description")) if part)
        notes.append(f"[{note['datetime']}] {words}")
print(json.dumps({"rows": len(rows) + len(asked), "type": types, "area": areas, "notes": sorted(notes)}))
