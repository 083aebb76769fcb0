#!/bin/sh
# Makes in LocalStack what template.yaml makes on AWS and the local server needs: two buckets, the queue of uploads
# with its dead-letter queue, and the notification that joins them. LocalStack checks no permissions, so there are no
# policies here. AWS is the command to call: awslocal inside LocalStack's image, otherwise for instance "aws".
set -eu
AWS=${AWS:-awslocal}
UPLOADS=glimpse-uploads
RECORDS=glimpse-records

make_queue() { # name, attributes → ARN
    url=$($AWS sqs create-queue --queue-name "$1" --attributes "$2" --query QueueUrl --output text)
    $AWS sqs get-queue-attributes --queue-url "$url" --attribute-names QueueArn \
        --query Attributes.QueueArn --output text
}

$AWS s3 mb "s3://$UPLOADS"
$AWS s3 mb "s3://$RECORDS"
dead_letters=$(make_queue "$UPLOADS-dead-letters" '{"MessageRetentionPeriod": "1209600"}')
queue=$(make_queue "$UPLOADS" '{"VisibilityTimeout": "360", "MessageRetentionPeriod": "345600",
    "RedrivePolicy": "{\"deadLetterTargetArn\": \"'"$dead_letters"'\", \"maxReceiveCount\": 5}"}')

$AWS s3api put-bucket-lifecycle-configuration --bucket "$UPLOADS" --lifecycle-configuration '{"Rules": [
    {"ID": "forget-photos", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 7}}]}'
$AWS s3api put-bucket-cors --bucket "$UPLOADS" --cors-configuration '{"CORSRules": [
    {"AllowedMethods": ["POST"], "AllowedOrigins": ["http://localhost:9000", "http://127.0.0.1:9000"],
     "MaxAgeSeconds": 3600}]}'
$AWS s3api put-bucket-notification-configuration --bucket "$UPLOADS" --notification-configuration '{
    "QueueConfigurations": [{"QueueArn": "'"$queue"'", "Events": ["s3:ObjectCreated:*"],
                             "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "uploads/"}]}}}]}'
